const attributeEscapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

const escapeAttribute = (value: string): string =>
  value.replace(/[&<>"\t\n\r]/g, (character) => attributeEscapes[character] ?? character);

const escapeText = (value: string): string =>
  value.replace(/[&<>\r]/g, (character) => attributeEscapes[character] ?? character);

/** Well-formed XML. */
export interface Xml {
  readonly xml: string;
}

/** Strings are escaped; null is left out. */
export type Content = Xml | string | null | readonly Content[];

const render = (content: Content): string => {
  if (content === null) return '';
  if (typeof content === 'string') return escapeText(content);
  if ('xml' in content) return content.xml;
  return content.map(render).join('');
};

/** An element without its attributes that are null. Names are not escaped: they must be literals. */
export const element = (
  name: string,
  attributes: Readonly<Record<string, string | null>>,
  ...content: readonly Content[]
): Xml => {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => ` ${key}="${escapeAttribute(value ?? '')}"`)
    .join('');
  const inside = render(content);
  return { xml: inside === '' ? `<${name}${written}/>` : `<${name}${written}>${inside}</${name}>` };
};

/** XML that was written elsewhere, such as a signed element. */
export const markup = (xml: string): Xml => ({ xml });

export const documentOf = ({ xml }: Xml): string => `<?xml version="1.0" encoding="UTF-8"?>\n${xml}`;
