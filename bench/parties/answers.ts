/** Valid answers of REST API V2, as short or as long as a row needs them. */

/** About this many bytes. */
const sizes = { small: 2_048, large: 65_536 } as const;

/** A service provider whose answers are long; every other one's are short. */
export const largeServiceProvider = 'REF64';

const instant = 1_752_149_281_000;
const end = 4_083_685_280_000;

/** Members are added until the answer has its size: real ones grow by their number, not by one long string. */
const filled = (size: number, answerOf: (count: number) => object): Buffer => {
  let count = 1;
  while (JSON.stringify(answerOf(count + 1)).length <= size) count += 1;
  return Buffer.from(JSON.stringify(answerOf(count)));
};

const profiles = (attributes: number) => ({
  profiles: {
    Cablevision: {
      notBefore: instant,
      notAfter: end,
      issuer: 'Cablevision',
      type: 'serviceTokenSSO',
      attributes: Object.fromEntries(
        Array.from({ length: attributes }, (_, index) => [
          `attribute${index}`,
          { value: `value ${index} of this viewer`, state: 'plain' },
        ]),
      ),
    },
  },
});

const configuration = (mvpds: number) => ({
  requestor: {
    id: 'REF30',
    name: 'Reference app',
    mvpds: Array.from({ length: mvpds }, (_, index) => ({
      id: `mvpd${index}`,
      displayName: `TV provider ${index}`,
      logoUrl: `https://entitlement.example/logos/mvpd${index}.png`,
      iFrameRequired: false,
    })),
  },
});

const decisions = (resources: number) => ({
  decisions: Array.from({ length: resources }, (_, index) => ({
    resource: `channel${index}`,
    serviceProvider: 'REF30',
    mvpd: 'Cablevision',
    source: 'mvpd',
    authorized: true,
    token: { notBefore: instant, notAfter: end, serializedToken: 'x'.repeat(256) },
  })),
});

const answers = { profiles, configuration, decisions };
export type AnswerName = keyof typeof answers;

const rendered = Object.fromEntries(
  Object.entries(answers).flatMap(([name, answerOf]) =>
    Object.entries(sizes).map(([size, bytes]) => [`${name} ${size}`, filled(bytes, answerOf)]),
  ),
);

export const answerFor = (name: AnswerName, serviceProvider: string): Buffer =>
  rendered[`${name} ${serviceProvider === largeServiceProvider ? 'large' : 'small'}`] ?? Buffer.alloc(0);

export const sessionAnswer = (code: string): Buffer =>
  Buffer.from(
    JSON.stringify({
      actionName: 'authenticate',
      actionType: 'interactive',
      reasonType: 'none',
      url: `https://api.example/api/v2/authenticate/REF30/${code}`,
      code,
      sessionId: code,
      mvpd: 'Cablevision',
      serviceProvider: 'REF30',
      notBefore: String(Date.now()),
      notAfter: String(Date.now() + 1_800_000),
    }),
  );
