/** What happens to addresses: the stories of `address-life.test.ts`. */
export interface SignIn {
  /** Provider and subject. */
  readonly who: string;
  readonly claims: object;
}
export type Step = SignIn | { readonly days: number } | { readonly reload: Readonly<Record<string, object>> };

const verified = (who: string, email: string, claims = {}): SignIn => ({
  who,
  claims: { email, email_verified: true, ...claims },
});
const unverified = (who: string, email: string): SignIn => verified(who, email, { email_verified: false });
const without = (who: string): SignIn => ({ who, claims: {} });
const workspace = (who: string, email: string, hd: string): SignIn => verified(who, email, { hd });
const days = (count: number): Step => ({ days: count });
const reload = (reloaded: Record<string, object>): Step => ({ reload: reloaded });

/** Each row is a story; the letters are the accounts that its sign-ins get, in order. */
export const stories: readonly [story: string, accounts: string, steps: readonly Step[]][] = [
  [
    'one address, two providers',
    'A A',
    [verified('dtc:1', 'a@x.example'), verified('shop:1', 'a@x.example')],
  ],
  ['another address', 'A B', [verified('dtc:1', 'a@x.example'), verified('shop:1', 'b@x.example')]],
  [
    'three providers',
    'A A A',
    [
      verified('dtc:1', 'a@corp.example'),
      verified('shop:1', 'a@corp.example'),
      verified('corp:1', 'a@corp.example'),
    ],
  ],

  // Given up, reassigned.
  [
    'given up for another one, then proved elsewhere by somebody else',
    'A A B',
    [verified('dtc:1', 'a@x.example'), verified('dtc:1', 'b@x.example'), verified('shop:2', 'a@x.example')],
  ],
  [
    'given up for none',
    'A A B',
    [verified('dtc:1', 'a@x.example'), without('dtc:1'), verified('shop:2', 'a@x.example')],
  ],
  [
    'changed, then the new one is proved elsewhere by the same viewer',
    'A A A',
    [verified('dtc:1', 'a@x.example'), verified('dtc:1', 'b@x.example'), verified('shop:1', 'b@x.example')],
  ],
  [
    'reassigned to another subject of the same provider',
    'A B A',
    [verified('dtc:1', 'a@x.example'), verified('dtc:2', 'a@x.example'), verified('dtc:1', 'a@x.example')],
  ],
  [
    'reassigned at one provider, then proved elsewhere by the new owner',
    'A B B',
    [verified('dtc:1', 'a@x.example'), verified('dtc:2', 'a@x.example'), verified('shop:2', 'a@x.example')],
  ],
  [
    'reassigned at one provider of two that were linked',
    'A A B A',
    [
      verified('dtc:1', 'a@x.example'),
      verified('shop:1', 'a@x.example'),
      verified('dtc:2', 'a@x.example'),
      verified('shop:1', 'a@x.example'),
    ],
  ],
  [
    'reassigned at one provider of two that were linked: whose it is nobody can tell a third one',
    'A A B C',
    [
      verified('dtc:1', 'a@corp.example'),
      verified('shop:1', 'a@corp.example'),
      verified('dtc:2', 'a@corp.example'),
      verified('corp:2', 'a@corp.example'),
    ],
  ],
  [
    'reassigned at both providers of two that were linked',
    'A A B B',
    [
      verified('dtc:1', 'a@x.example'),
      verified('shop:1', 'a@x.example'),
      verified('dtc:2', 'a@x.example'),
      verified('shop:2', 'a@x.example'),
    ],
  ],
  [
    'reassigned, proved elsewhere after the old proof is too old',
    'A B',
    [verified('dtc:1', 'a@x.example'), days(31), verified('shop:2', 'a@x.example')],
  ],
  [
    'a workspace that changed hands: another subject, the same mailbox',
    'A B',
    [
      workspace('google:1', 'a@corp.example', 'corp.example'),
      workspace('google:2', 'a@corp.example', 'corp.example'),
    ],
  ],

  // How old the proof is.
  [
    'proof of thirty days ago',
    'A A',
    [verified('dtc:1', 'a@x.example'), days(30), verified('shop:1', 'a@x.example')],
  ],
  [
    'proof renewed by a later sign-in',
    'A A A',
    [
      verified('dtc:1', 'a@x.example'),
      days(20),
      verified('dtc:1', 'a@x.example'),
      days(20),
      verified('shop:1', 'a@x.example'),
    ],
  ],
  [
    'accounts that were linked stay linked, however old the proof',
    'A A A',
    [
      verified('dtc:1', 'a@x.example'),
      verified('shop:1', 'a@x.example'),
      days(300),
      verified('shop:1', 'a@x.example'),
    ],
  ],
  [
    'one of two linked proofs is too old',
    'A A A B',
    [
      verified('dtc:1', 'a@corp.example'),
      days(20),
      verified('shop:1', 'a@corp.example'),
      days(20),
      verified('shop:1', 'a@corp.example'),
      verified('corp:1', 'a@corp.example'),
    ],
  ],

  // Verified or not.
  [
    'unverified at the first provider',
    'A B',
    [unverified('dtc:1', 'a@x.example'), verified('shop:1', 'a@x.example')],
  ],
  [
    'unverified at the second provider',
    'A B',
    [verified('dtc:1', 'a@x.example'), unverified('shop:1', 'a@x.example')],
  ],
  [
    'verified as text is not verified',
    'A B',
    [verified('dtc:1', 'a@x.example'), verified('shop:1', 'a@x.example', { email_verified: 'true' })],
  ],
  [
    'unverified later',
    'A A B',
    [verified('dtc:1', 'a@x.example'), unverified('dtc:1', 'a@x.example'), verified('shop:1', 'a@x.example')],
  ],
  [
    'verified later links from then on',
    'A A A',
    [unverified('dtc:1', 'a@x.example'), verified('dtc:1', 'a@x.example'), verified('shop:1', 'a@x.example')],
  ],
  [
    'verified later does not merge two accounts',
    'A B A B',
    [
      unverified('dtc:1', 'a@x.example'),
      verified('shop:1', 'a@x.example'),
      verified('dtc:1', 'a@x.example'),
      verified('shop:1', 'a@x.example'),
    ],
  ],
  [
    'registered beforehand by an attacker who cannot verify it',
    'A B A B',
    [
      unverified('dtc:eve', 'victim@x.example'),
      verified('shop:1', 'victim@x.example'),
      unverified('dtc:eve', 'victim@x.example'),
      verified('shop:1', 'victim@x.example'),
    ],
  ],
  [
    'registered beforehand with an address of the attacker, changed to that of the victim without verification',
    'A A B',
    [
      verified('dtc:eve', 'eve@x.example'),
      unverified('dtc:eve', 'victim@x.example'),
      verified('shop:1', 'victim@x.example'),
    ],
  ],

  // Who is authoritative, according to the settings of today.
  [
    'a provider that is never authoritative',
    'A B',
    [verified('dtc:1', 'a@x.example'), verified('blog:1', 'a@x.example')],
  ],
  [
    'a provider that is authoritative for other domains',
    'A B',
    [verified('dtc:1', 'a@x.example'), verified('corp:1', 'a@x.example')],
  ],
  [
    'Google for a mailbox of somebody else’s',
    'A B',
    [verified('dtc:1', 'a@x.example'), verified('google:1', 'a@x.example')],
  ],
  [
    'Google for its own mailbox and for a workspace',
    'A A B B',
    [
      verified('dtc:1', 'a@gmail.com'),
      verified('google:1', 'a@gmail.com'),
      verified('dtc:2', 'b@corp.example'),
      workspace('google:2', 'b@corp.example', 'corp.example'),
    ],
  ],
  [
    'a workspace of another domain',
    'A B',
    [verified('dtc:1', 'a@corp.example'), workspace('google:1', 'a@corp.example', 'other.example')],
  ],
  [
    'trust taken back by a reload',
    'A B',
    [
      verified('dtc:1', 'a@x.example'),
      reload({ dtc: { emailTrust: 'never' } }),
      verified('shop:1', 'a@x.example'),
    ],
  ],
  [
    'trust narrowed to other domains by a reload',
    'A B',
    [
      verified('dtc:1', 'a@x.example'),
      reload({ dtc: { emailTrust: { authoritativeDomains: ['y.example'] } } }),
      verified('shop:1', 'a@x.example'),
    ],
  ],
  [
    'trust taken back and given again',
    'A A',
    [
      verified('dtc:1', 'a@x.example'),
      reload({ dtc: { emailTrust: 'never' } }),
      reload({}),
      verified('shop:1', 'a@x.example'),
    ],
  ],
  [
    'a provider that points to another issuer since the reload',
    'A B',
    [
      verified('dtc:1', 'a@x.example'),
      reload({ dtc: { issuer: 'https://bought.example' } }),
      verified('shop:1', 'a@x.example'),
    ],
  ],
  [
    'a provider that the family no longer lists',
    'A B',
    [
      verified('dtc:1', 'a@x.example'),
      reload({ family: { identityProviders: ['shop'] } }),
      verified('shop:1', 'a@x.example'),
    ],
  ],
  [
    'linking switched off by a reload',
    'A B',
    [
      verified('dtc:1', 'a@x.example'),
      reload({ family: { linking: 'none' } }),
      verified('shop:1', 'a@x.example'),
    ],
  ],
  [
    'linking switched on by a reload',
    'A B',
    [
      reload({ family: { linking: 'none' } }),
      verified('dtc:1', 'a@x.example'),
      reload({}),
      verified('shop:1', 'a@x.example'),
    ],
  ],
  [
    'linking switched on by a reload, then proved again',
    'A A A',
    [
      reload({ family: { linking: 'none' } }),
      verified('dtc:1', 'a@x.example'),
      reload({}),
      verified('dtc:1', 'a@x.example'),
      verified('shop:1', 'a@x.example'),
    ],
  ],

  // Spellings.
  ['upper case', 'A A', [verified('dtc:1', 'Ana@X.Example'), verified('shop:1', 'aNA@x.eXAMPLE')]],
  [
    'a domain in its own script and in punycode',
    'A A',
    [verified('dtc:1', 'ana@bücher.example'), verified('shop:1', 'ana@xn--bcher-kva.example')],
  ],
  [
    'composed and decomposed letters',
    'A A',
    [verified('dtc:1', 'ren\u00e9@x.example'), verified('shop:1', 'rene\u0301@x.example')],
  ],
  ['dots', 'A B', [verified('dtc:1', 'a.na@gmail.com'), verified('google:1', 'ana@gmail.com')]],
  ['plus', 'A B', [verified('dtc:1', 'ana+tv@gmail.com'), verified('google:1', 'ana@gmail.com')]],
  [
    'another name of one mailbox',
    'A B',
    [verified('dtc:1', 'a@googlemail.com'), verified('google:1', 'a@gmail.com')],
  ],
  [
    'a relay address and the mailbox behind it',
    'A B',
    [verified('apple:1', 'x7@privaterelay.appleid.com'), verified('dtc:1', 'ana@x.example')],
  ],
  [
    'a relay address that was used to register elsewhere',
    'A A',
    [verified('apple:1', 'x7@privaterelay.appleid.com'), verified('dtc:1', 'x7@privaterelay.appleid.com')],
  ],
  [
    'Apple for an address that is not its own',
    'A B',
    [verified('apple:1', 'ana@x.example'), verified('dtc:1', 'ana@x.example')],
  ],
  [
    'a domain that looks alike (Cyrillic а)',
    'A B',
    [verified('dtc:1', 'ana@mail.example'), verified('shop:1', 'ana@m\u0430il.example')],
  ],
  [
    'a local part that looks alike (Cyrillic а)',
    'A B',
    [verified('dtc:1', 'ana@x.example'), verified('shop:1', '\u0430na@x.example')],
  ],
  [
    'a domain with a suffix or a prefix',
    'A B C',
    [
      verified('dtc:1', 'a@corp.example'),
      verified('shop:1', 'a@corp.example.evil.example'),
      verified('corp:1', 'a@evilcorp.example'),
    ],
  ],
  ['two @', 'A B', [verified('dtc:1', 'a@corp.example'), verified('shop:1', 'a@evil@corp.example')]],
  ['a full-width @', 'A B', [verified('dtc:1', 'a@corp.example'), verified('shop:1', 'a\uff20corp.example')]],
];
