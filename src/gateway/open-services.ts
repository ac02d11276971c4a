import type { Config } from '#src/config/schema';
import { createDirectory } from '#src/families/directory';
import { createForgetEnded } from '#src/flows/forget-ended';
import { createForgetServiceTokens } from '#src/flows/forget-service-tokens';
import { createIdentifyCaller } from '#src/flows/identify-caller';
import { createKnownAccounts } from '#src/flows/known-accounts';
import { createKnownCallers } from '#src/flows/known-callers';
import { createNoteProfiles } from '#src/flows/note-profiles';
import { createKnownAnswers } from '#src/known-answers/known-answers';
import { createPublishDrop } from '#src/known-answers/publish-drop';
import { errorFields } from '#src/observability/logger';
import { openAdobe, type Predecessor } from './adobe.ts';
import { composeBrands } from './brands.ts';
import { openBusinessRules } from './business-rules.ts';
import { createExternalTokens } from './external-tokens.ts';
import { type Families, openFamilies } from './families.ts';
import { openMediaTokens } from './media-tokens.ts';
import type { Runtime } from './runtime.ts';
import type { Services } from './services.ts';
import { composeSignIns } from './sign-ins.ts';
import { openUserMetadata } from './user-metadata.ts';

/** Everything that settings decide. Errors: config_invalid, keys_invalid, subjects_changed. */
export const openServices = async (
  config: Config,
  runtime: Runtime,
  predecessor?: Predecessor,
): Promise<Services> => {
  const adobe = openAdobe(config, runtime, predecessor);
  const directory = createDirectory(config);
  const families = await openFamilies({ config, runtime, adobe });
  const externalTokens = await createExternalTokens(config, runtime);
  const { findSubject } = families;
  const { findFamily } = directory;
  const { stores, clock, endings, issueServiceToken, signedIn } = runtime;
  const forgetServiceTokens = createForgetServiceTokens({
    accounts: stores.accounts,
    findFamily,
    findSubject,
    issueServiceToken,
  });
  const knownAccounts = createKnownAccounts({
    accounts: families.accounts,
    clock,
    isUpToDate: endings.isUpToDate,
  });
  const signIns = composeSignIns({
    config,
    runtime,
    instances: families.instances,
    accounts: knownAccounts,
    directory,
    forgetServiceTokens,
  });
  const knownCallers = openKnownCallers(config, runtime);
  const knownAnswers = openKnownAnswers(config, runtime);
  return {
    config,
    runtime,
    adobe,
    families,
    directory,
    brands: await composeBrands(config),
    externalTokens,
    mediaTokens: await openMediaTokens(config, runtime),
    decryptAttribute: await openUserMetadata(config),
    businessRules: await openBusinessRules(config),
    forgetServiceTokens,
    signIns,
    knownAccounts,
    knownCallers,
    knownAnswers,
    noteProfiles: openNoteProfiles(families, runtime),
    forgetEnded: createForgetEnded({
      knownCallers,
      knownAccounts,
      knownAnswers,
      signedIn,
      forgetServiceTokens,
      forgetToken: issueServiceToken.forgetToken,
    }),
    identifyCaller: createIdentifyCaller({
      accessTokens: families.accessTokens,
      clientTokens: families.clientTokens,
      instances: families.instances,
      judgeSignIn: signIns.judgeSignIn,
      knownCallers,
      signedIn,
      findApp: directory.findApp,
      familyOf: directory.familyOf,
    }),
  };
};

const openKnownCallers = ({ caches }: Config, { clock, endings, metrics }: Runtime) =>
  createKnownCallers({
    max: caches.callers,
    clock,
    isUpToDate: endings.isUpToDate,
    lookedUp: metrics.callerLookedUp,
  });

const openNoteProfiles = (
  { foundProfiles }: Pick<Families, 'foundProfiles'>,
  { clock, log, metrics, notedProfiles }: Runtime,
) =>
  createNoteProfiles({
    foundProfiles,
    profileFound: metrics.profileFound,
    clock,
    log,
    noted: notedProfiles,
  });

const openKnownAnswers = (
  { knownAnswers, caches }: Config,
  { stores, clock, ids, endings, metrics, log }: Runtime,
) => {
  const process = ids.uuid();
  return createKnownAnswers({
    settings: knownAnswers,
    maxBytes: caches.answers * 1_000_000,
    clock,
    store: stores.profiles,
    process,
    isUpToDate: endings.isUpToDate,
    publish: createPublishDrop({ stores, clock, process }),
    unpublished: (error) =>
      log.warn(errorFields(error), 'other processes could not be told which profiles have changed'),
    unsaved: (error) => log.warn(errorFields(error), 'known profiles could not be stored or removed'),
    lookedUp: metrics.answerLookedUp,
    dropped: metrics.answersDropped,
  });
};
