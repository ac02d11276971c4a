import type { Finding, Path } from '../faults/fault.ts';

type Holder = { readonly id?: string | undefined; readonly token?: string | undefined } | undefined;

/** Callers of one list who have the id or the token of an earlier one. */
export const sharedTokens = (holders: readonly Holder[], path: Path): Finding[] =>
  holders.flatMap((holder, index) => {
    const { id, token } = holder ?? {};
    const earlier = holders.slice(0, index);
    const same = earlier.findIndex((other) => token !== undefined && other?.token === token);
    const at = (key: string, message: string): Finding => ({ path: [...path, index, key], message });
    return [
      ...(id !== undefined && earlier.some((other) => other?.id === id)
        ? [at('id', `"${id}" is used twice`)]
        : []),
      ...(same === -1 ? [] : [at('token', `must not be that of ${path.join('.')}[${same}]`)]),
    ];
  });
