const lexeme = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

/**
 * Whether an object in a JSON text has the same member twice. Some parsers keep the first and others the last, so two
 * readers of one signed text may see different values (RFC 8259 §4, RFC 7519 §4). Text that is not JSON is
 * left to the parser.
 */
export const hasDuplicateMembers = (json: string): boolean => {
  const open: Set<string>[] = [];
  let last = '';
  for (const [found] of json.matchAll(lexeme)) {
    if (found === '{' || found === '[') open.push(new Set());
    else if (found === '}' || found === ']') open.pop();
    else if (found === ':') {
      const members = open.at(-1);
      const name = nameOf(last);
      if (members?.has(name)) return true;
      members?.add(name);
    }
    last = found;
  }
  return false;
};

/** The same name can be written in several ways: "sub" is "\u0073ub". */
const nameOf = (literal: string): string => {
  try {
    return String(JSON.parse(literal));
  } catch {
    return literal;
  }
};
