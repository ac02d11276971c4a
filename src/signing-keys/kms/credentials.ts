import { z } from 'zod';
import type { KeySettings } from '#src/config/schema';
import { invalidKeys } from '#src/lib/rsa-key';
import { nodeErrorCode } from '#src/lib/system-error';
import type { AwsCredentials } from './aws-signature.ts';

export type KmsSettings = NonNullable<KeySettings['kms']>;

/** Credentials for one request. Those of the platform are renewed before they expire. */
export interface CredentialSource {
  /** Errors: keys_invalid if they come from the platform and the package for that is not installed. */
  open(): Promise<void>;
  current(): Promise<AwsCredentials>;
}

/** An optional peer dependency: it knows where each platform keeps its credentials. */
const provider = '@aws-sdk/credential-providers';
const importProvider = (): Promise<unknown> => import('@aws-sdk/credential-providers');

const module = z.object({
  fromNodeProviderChain: z.custom<(init: object) => () => Promise<unknown>>(
    (value) => typeof value === 'function',
  ),
});
const issued = z.object({
  accessKeyId: z.string().min(1),
  secretAccessKey: z.string().min(1),
  sessionToken: z.string().optional(),
});

/** `load` imports the package, which is done only for credentials of the platform. */
export const createCredentialSource = (settings: KmsSettings, load = importProvider): CredentialSource => {
  const { credentials, region } = settings;
  if (credentials === 'settings') {
    const given = issued.parse(settings);
    return { open: async () => undefined, current: async () => given };
  }
  let chain: Promise<() => Promise<unknown>> | undefined;
  const open = () => {
    chain ??= loadProvider(load).then(({ fromNodeProviderChain }) =>
      fromNodeProviderChain({ clientConfig: { region } }),
    );
    return chain;
  };
  return {
    open: async () => {
      await open();
    },
    current: async () => issued.parse(await (await open())()),
  };
};

const loadProvider = async (load: typeof importProvider): Promise<z.output<typeof module>> => {
  try {
    return module.parse(await load());
  } catch (error) {
    const why = nodeErrorCode(error) === 'ERR_MODULE_NOT_FOUND' ? 'is not installed' : 'cannot be loaded';
    throw invalidKeys(
      'keys.kms.credentials',
      `is platform, but the package ${provider} ${why}: run npm install ${provider} beside kinpass`,
      error,
    );
  }
};
