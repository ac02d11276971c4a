import { fingerprint } from '#src/lib/ids';
import type { JsonObject } from '#src/lib/json';
import type { Artifact } from '#src/stores/expiring-ports';
import type { Account, Identity, Instance, SignIn, Stores } from '#src/stores/ports';
import { viewerAt } from './viewer.ts';

/** What one sign-in left in the stores. */
interface Template {
  readonly account: Account;
  readonly identity: Identity;
  readonly instance: Instance;
  readonly signIn: SignIn;
  /** Payloads by model. */
  readonly artifacts: Readonly<Record<(typeof models)[number], JsonObject>>;
}

const models = ['Grant', 'AccessToken', 'RefreshToken'] as const;
/** Milliseconds. A cached database serves for this long; nothing in it ends before. */
const life = 180 * 86_400_000;

const present = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('the sign-in left no trace in the stores');
  return value;
};

export const readTemplate = async (stores: Stores, now: number): Promise<Template> => {
  const signIn = present((await stores.signIns.list({ limit: 1 }))[0]);
  const payload = async (model: string): Promise<JsonObject> =>
    present((await stores.artifacts.list(model, { limit: 1, now }))[0]).payload;
  const [Grant, AccessToken, RefreshToken] = await Promise.all(models.map(payload));
  return {
    signIn,
    account: present(await stores.accounts.find(signIn.viewer)),
    identity: present((await stores.accounts.identitiesOf(signIn.viewer))[0]),
    instance: present(await stores.instances.find(signIn.instance)),
    artifacts: {
      Grant: present(Grant),
      AccessToken: present(AccessToken),
      RefreshToken: present(RefreshToken),
    },
  };
};

/** The same sign-in of the nth viewer, with Adobe credentials and an access token for them. */
export const createCopySignIn =
  (stores: Stores, template: Template, now: number) =>
  async (index: number): Promise<void> => {
    const { account, instance, grant, accessToken, refreshToken, credentials, device } = viewerAt(index);
    await stores.accounts.resolve({
      identity: {
        ...template.identity,
        subject: `viewer ${index}`,
        email: `viewer.${index}@viewers.example`,
        linkKey: fingerprint(`viewer ${index}`),
        provenAt: now,
      },
      fresh: { ...template.account, id: account },
      link: { authorities: [], provenSince: now },
    });
    await stores.instances.add({
      ...template.instance,
      id: instance,
      device: fingerprint(device),
      firstViewer: account,
    });
    await stores.signIns.record({ ...template.signIn, grant, instance, viewer: account });
    const pair = { id: credentials, secret: 'secret', instance, holder: account, createdAt: now };
    await stores.credentials.add(pair);
    const renewAt = now + life;
    await stores.records.put('adobe-access-token', credentials, {
      value: { token: `adobe.${credentials}`, renewAt },
      expiresAt: renewAt,
    });
    const tokens = { Grant: grant, AccessToken: accessToken, RefreshToken: refreshToken };
    for (const model of models) {
      const names = { id: tokens[model], grant, account };
      await stores.artifacts.upsert(copyArtifact(model, template, { ...names, now }), now);
    }
  };

interface Names {
  readonly id: string;
  readonly grant: string;
  readonly account: string;
  readonly now: number;
}

const copyArtifact = (
  model: (typeof models)[number],
  { artifacts, signIn }: Template,
  { id, grant, account, now }: Names,
): Artifact => {
  const text = JSON.stringify(artifacts[model])
    .replaceAll(signIn.grant, grant)
    .replaceAll(signIn.viewer, account);
  const copied: JsonObject = JSON.parse(text);
  const expiresAt = now + life;
  return {
    model,
    id,
    payload: { ...copied, jti: id, exp: Math.floor(expiresAt / 1000) },
    grantId: model === 'Grant' ? undefined : grant,
    expiresAt,
  };
};
