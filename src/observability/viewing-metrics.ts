import { Counter, Histogram, type Registry } from 'prom-client';

/** Seconds: a return with one click, a login, a search for the password. */
const buckets = [5, 10, 20, 30, 45, 60, 90, 120, 180, 300, 600, 1_800];

/** Of what viewers get: profiles, denials, and how long they take to play. */
export const measureViewing = (registry: Registry) => {
  const registers = [registry];
  const profiles = new Counter({
    name: 'kinpass_profiles_found_total',
    help: 'Profiles that an app has found for the first time, by type. One of type serviceTokenSSO saved its viewer a login at the TV provider',
    labelNames: ['app', 'type'],
    registers,
  });
  const denials = new Counter({
    name: 'kinpass_denials_total',
    help: "Resources that an authorization denied, by Adobe's code or that of a business rule",
    labelNames: ['reason'],
    registers,
  });
  const webhook = new Counter({
    name: 'kinpass_decision_webhook_total',
    help: 'Questions to the webhook of decisions, by result: answered, or why there is no answer',
    labelNames: ['result'],
    registers,
  });
  const toPlay = new Histogram({
    name: 'kinpass_start_to_play_seconds',
    help: 'From the first start that needs a step of the viewer to the start that plays, by app; of those that one process saw begin',
    labelNames: ['app'],
    buckets,
    registers,
  });
  return {
    profileFound: (labels: { readonly app: string; readonly type: string }): void =>
      profiles.inc({ ...labels }),
    denied: (reason: string): void => denials.inc({ reason }),
    webhookAsked: (result: string): void => webhook.inc({ result }),
    playedAfter: (app: string, ms: number): void => toPlay.observe({ app }, ms / 1_000),
  };
};
