/** Encrypts, and names by a keyed hash. */
export interface Sealing {
  seal(text: string, context: string): string;
  /** Throws if key, context or text differ. */
  open(sealed: string, context: string): string;
  index(text: string, context: string): string;
}

/** 132 bits. */
const length = 22;

/**
 * Names of keys and channels. None can be read back: addresses and codes are hashed with the gateway's own secret. What a
 * script touches has one name, or one hash tag, so that it is in one place of a Cluster.
 */
export const createNames = (prefix: string, sealing: Pick<Sealing, 'index'>) => ({
  of: (kind: 'allowance' | 'pace' | 'poll', key: string): string =>
    `${prefix}:${kind}:${sealing.index(key, `shared.${kind}`).slice(0, length)}`,
  /** In the same slot as this key: the hash tag of a name is the name. */
  beside: (name: string): string => `${prefix}:probe:{${/\{(.+?)\}/.exec(name)?.[1] ?? name}}`,
  probes: `${prefix}:probes`,
  nodes: `${prefix}:{nodes}`,
  /** Until when nodes that return wait for each other. */
  returning: `${prefix}:{nodes}:returning`,
  /** Channel of all nodes. */
  notices: `${prefix}:{nodes}:notices`,
  /** Channel of one node. */
  node: (id: string): string => `${prefix}:{nodes}:${id}`,
});

export type Names = ReturnType<typeof createNames>;
