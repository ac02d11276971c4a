import { hostname, userInfo } from 'node:os';

/** The person at the terminal, as audit entries name them; with sudo, the original user. */
export const operatorName = (): string => `${process.env['SUDO_USER'] ?? accountName()}@${hostname()}`;

/** A container may run under a user id that has no account. */
const accountName = (): string => {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
};
