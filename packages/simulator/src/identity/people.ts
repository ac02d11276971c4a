import type { User } from '#src/fixtures';
import { fail } from '#src/lib/errors';

/** The users of the fixtures, as one provider identifies them. */
export interface People {
  readonly all: readonly User[];
  emailOf(user: User): string;
  byId(id: string): User | undefined;
  /** By fixture id or the e-mail address used at this provider. */
  byLogin(login: string): User | undefined;
  /** Like `byId`. Errors: gateway_parameter_invalid. */
  named(id: string): User;
}

export const createPeople = (all: readonly User[], emailOf: (user: User) => string): People => {
  const byId = (id: string) => all.find((user) => user.id === id);
  return {
    all,
    emailOf,
    byId,
    byLogin: (login) => {
      const wanted = login.trim().toLowerCase();
      return byId(wanted) ?? all.find((user) => emailOf(user).toLowerCase() === wanted);
    },
    named: (id) => {
      const user = byId(id);
      if (!user) throw fail('gateway_parameter_invalid', { field: 'user', hint: 'There is no such user.' });
      return user;
    },
  };
};

export const givenName = (user: User): string => user.name.split(' ')[0] ?? user.name;
export const familyName = (user: User): string => user.name.split(' ').slice(1).join(' ');
