import type Koa from 'koa';
import { openTempPassReset } from '#src/adobe-pass/open-temppass-reset';
import { auditPage } from '#src/families/audit';
import { createFindTrace } from '#src/flows/find-trace';
import { createIntrospectServiceToken } from '#src/flows/introspect-service-token';
import { createInvalidate } from '#src/flows/invalidate';
import { createResetTempPass } from '#src/flows/reset-temppass';
import { createLiftRevocation, createRevoke } from '#src/flows/revoke';
import { createAdmin } from '#src/http/admin';
import { createAccountsAuditHandler } from '#src/http/routes/accounts-audit';
import { listAdminPaths } from '#src/http/routes/admin-paths';
import { createAuditHandler } from '#src/http/routes/audit';
import { createExplainInstanceHandler } from '#src/http/routes/explain-instance';
import { createHealthHandlers } from '#src/http/routes/health';
import { createIntrospectionHandler } from '#src/http/routes/introspection';
import { createInvalidationHandler } from '#src/http/routes/invalidations';
import { createKeysHandler } from '#src/http/routes/keys';
import { createArrivalHandler } from '#src/http/routes/probe';
import { createRevocationHandlers } from '#src/http/routes/revocations';
import { createTempPassResetHandler } from '#src/http/routes/temppass-resets';
import { createTraceHandler } from '#src/http/routes/trace';
import { createVerifyServiceToken } from '#src/service-token/verify';
import { createKeyCheck } from '#src/signing-keys/readiness';
import { composeExplainInstance } from './explaining.ts';
import { createReadinessDetail } from './readiness.ts';
import type { Services } from './services.ts';

/** The admin listener: operators and monitoring. */
export const composeAdmin = (services: Services): Koa => {
  const { config, runtime, families, forgetServiceTokens } = services;
  const { clock, ids, log, metrics, keyRing, stores, auditTrail, workers } = runtime;
  const { accounts, instances, revocations } = families;
  const health = createHealthHandlers({
    metrics: { ...metrics, text: async () => metrics.text(await workers?.metrics()) },
    log,
    checks: {
      store: () => stores.ping(),
      serviceTokenKey: createKeyCheck({ keyRing }),
      ...(workers && { workers: workers.check }),
    },
    isStopping: () => runtime.shutdown.isAnnounced,
    detail: createReadinessDetail(config, runtime),
  });
  const revoking = createRevocationHandlers({
    revoke: createRevoke({ revocations, accounts, instances, forgetServiceTokens, auditTrail }),
    liftRevocation: createLiftRevocation({ revocations, auditTrail }),
    listRevocations: revocations.list,
  });
  const introspect = createIntrospectionHandler({
    introspectServiceToken: createIntrospectServiceToken({
      verifyServiceToken: createVerifyServiceToken({ keys: keyRing, clock }),
      revocations,
      families: config.families,
      findKey: keyRing.find,
      clock,
    }),
  });
  const { host, allowedHosts, tokens } = config.admin;
  return createAdmin({
    publicOrigin: config.publicOrigin,
    log,
    ids,
    hosts: [host, ...allowedHosts],
    tokens,
    handlers: {
      paths: listAdminPaths,
      ...health,
      ...revoking,
      audit: createAuditHandler({ listAudit: stores.audit.list }),
      keys: createKeysHandler({ keyRing }),
      accountsAudit: createAccountsAuditHandler({
        auditAccounts: (page) => auditPage({ stores, config, now: clock.now() }, page),
      }),
      introspect,
      invalidate: createInvalidationHandler({
        invalidate: createInvalidate({ accounts, drop: services.knownAnswers.invalidate, auditTrail }),
      }),
      explain: createExplainInstanceHandler({ explainInstance: composeExplainInstance(services) }),
      trace: createTraceHandler({ findTrace: createFindTrace({ records: stores.records, clock }) }),
      resetTempPass: createTempPassResetHandler({ resetTempPass: composeTempPassReset(services) }),
      arrival: createArrivalHandler({ probes: runtime.softState.probes, clock }),
    },
  });
};

const composeTempPassReset = ({ config, runtime, adobe }: Services) =>
  createResetTempPass({
    apps: config.apps,
    reset: openTempPassReset(config.adobe, { adobe, clock: runtime.clock }),
    auditTrail: runtime.auditTrail,
  });
