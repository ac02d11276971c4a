/** Exactly the paths that are ours, and their methods: oidc-provider's own router also takes other spellings. */
const routes: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^\/\.well-known\/(openid-configuration|oauth-authorization-server)$/, ['GET']],
  [/^\/jwks$/, ['GET']],
  [/^\/auth(\/[\w-]+)?$/, ['GET']],
  [/^\/token(\/revocation)?$/, ['POST']],
  [/^\/me$/, ['GET', 'POST']],
  [/^\/device$/, ['GET', 'POST']],
  [/^\/device\/auth$/, ['POST']],
  [/^\/device\/[\w-]+$/, ['GET']],
  [/^\/session\/end(\/success)?$/, ['GET']],
  [/^\/session\/end\/confirm$/, ['POST']],
  [/^\/interaction\/[\w-]+$/, ['GET']],
  [/^\/interaction\/[\w-]+\/(sign-in|approve|deny)$/, ['POST']],
  [/^\/callback\/[\w-]+$/, ['GET']],
  [/^\/assets\/kinpass\.css$/, ['GET']],
];

/** The methods of a path of ours; undefined for anybody else's. */
export const methodsOf = (path: string): readonly string[] | undefined =>
  routes.find(([pattern]) => pattern.test(path))?.[1];
