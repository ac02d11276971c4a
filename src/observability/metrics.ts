import { Counter, Histogram, Registry } from 'prom-client';

export interface Metrics {
  requestServed(event: { route: string; status: number; seconds: number }): void;
  adobeCalled(event: { operation: string; status: number | string; seconds: number }): void;
  signedIn(event: { app: string; provider: string }): void;
  text(): Promise<string>;
  readonly contentType: string;
}

const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Prometheus metrics. Labels are bounded: route and operation names, never paths, devices or subjects. */
export const createMetrics = (): Metrics => {
  const registry = new Registry();
  const served = new Histogram({
    name: 'kinpass_http_request_duration_seconds',
    help: 'Requests served on the public listener',
    labelNames: ['route', 'status'],
    buckets,
    registers: [registry],
  });
  const adobe = new Histogram({
    name: 'kinpass_adobe_request_duration_seconds',
    help: 'Requests sent to Adobe Pass, each attempt',
    labelNames: ['operation', 'status'],
    buckets,
    registers: [registry],
  });
  const signIns = new Counter({
    name: 'kinpass_sign_ins_total',
    help: 'Viewers signed in, by app and identity provider',
    labelNames: ['app', 'provider'],
    registers: [registry],
  });
  return {
    requestServed: ({ route, status, seconds }) => served.observe({ route, status }, seconds),
    adobeCalled: ({ operation, status, seconds }) => adobe.observe({ operation, status }, seconds),
    signedIn: (labels) => signIns.inc({ ...labels }),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
};
