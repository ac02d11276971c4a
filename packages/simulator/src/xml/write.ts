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

/** XML that is well-formed already. */
export interface Xml {
  readonly xml: string;
}

type Content = Xml | string | null | readonly Content[];

const render = (content: Content): string => {
  if (content === null) return '';
  if (typeof content === 'string') return escapeText(content);
  if ('xml' in content) return content.xml;
  return content.map(render).join('');
};

/** An element; attributes whose value is null are left out. Names are the program's own, never a caller's. */
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

export const documentOf = ({ xml }: Xml): string => `<?xml version="1.0" encoding="UTF-8"?>\n${xml}`;
