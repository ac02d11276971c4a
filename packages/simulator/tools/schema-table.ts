export type Schema = {
  type?: string;
  description?: string;
  default?: unknown;
  const?: unknown;
  enum?: unknown[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
};

const typeOf = ({ type, enum: values, const: constant, anyOf, items }: Schema): string => {
  if (constant !== undefined) return `\`${String(constant)}\``;
  if (values) return values.map((value) => `\`${String(value)}\``).join(', ');
  if (anyOf) return anyOf.map(typeOf).join(' or ');
  if (type === 'array') return `list of ${items ? typeOf(items) : 'values'}`;
  return type ?? 'string';
};

const defaultOf = (value: unknown): string =>
  value === undefined || (typeof value === 'object' && !Array.isArray(value))
    ? ''
    : `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;

/** One row for each setting of a JSON schema: path, type, default or `required`, meaning. */
export const rowsOf = (node: Schema, path: string): string[] =>
  Object.entries(node.properties ?? {}).flatMap(([name, child]) => {
    const at = path ? `${path}.${name}` : name;
    const branches = child.oneOf ?? (child.items?.oneOf ? child.items.oneOf : undefined);
    if (branches) {
      const list = child.items ? `${at}[]` : at;
      return branches.flatMap((branch) => {
        const [name = '', { const: value } = {}] =
          Object.entries(branch.properties ?? {}).find(([, member]) => member.const !== undefined) ?? [];
        return [`| **\`${list}\`** of ${name} \`${String(value)}\` | | | |`, ...rowsOf(branch, list)];
      });
    }
    if (child.properties) return rowsOf(child, at);
    if (child.items?.properties) return [`| **\`${at}[]\`** | | | |`, ...rowsOf(child.items, `${at}[]`)];
    const required = node.required?.includes(name) ? 'required' : defaultOf(child.default);
    return [`| \`${at}\` | ${typeOf(child)} | ${required} | ${child.description ?? ''} |`];
  });
