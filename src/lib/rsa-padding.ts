/** Paddings of RSA encryption (RFC 8017 §7), by the names that settings use. */
export const paddings = ['pkcs1', 'oaep-sha1', 'oaep-sha256'] as const;

export type Padding = (typeof paddings)[number];
