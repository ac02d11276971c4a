/** The code of a failed system call, such as ENOENT; undefined for any other error. */
export const systemErrorCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && 'syscall' in error ? String(error.code) : undefined;

/** The code of an error of Node.js, such as ENOENT or CERT_HAS_EXPIRED; undefined for any other error. */
export const nodeErrorCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error ? String(error.code) : undefined;
