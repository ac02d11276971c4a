const lexeme = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

/**
 * Whether an object in a JSON text has a member twice. Parsers keep the first or the last of them, so that two readers
 * of one signed text may see two things (RFC 8259 §4, RFC 7519 §4).
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

/** One name has many spellings: "sub" is "\u0073ub". */
const nameOf = (literal: string): string => {
  try {
    return String(JSON.parse(literal));
  } catch {
    return literal;
  }
};
