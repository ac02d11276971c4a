import { ServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1';
import { Deployment, StatefulSet } from 'kubernetes-models/apps/v1';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2';
import { Ingress, NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { ConfigMap, Service, ServiceAccount } from 'kubernetes-models/v1';
import type { Manifest } from './manifests.ts';

interface Model {
  readonly apiVersion: string;
  readonly kind: string;
  new (data: never): { validate(): void };
}

const models: readonly Model[] = [
  ConfigMap,
  Deployment,
  HorizontalPodAutoscaler,
  Ingress,
  NetworkPolicy,
  PodDisruptionBudget,
  Service,
  ServiceAccount,
  ServiceMonitor,
  StatefulSet,
];

/** The value, which adds to `seen` the path of each member that is read. */
const watched = (value: unknown, path: string, seen: Set<string>): unknown =>
  typeof value !== 'object' || value === null
    ? value
    : new Proxy(value, {
        get(target, key) {
          const member: unknown = Reflect.get(target, key);
          if (typeof key === 'symbol' || !Object.hasOwn(target, key)) return member;
          seen.add(`${path}/${key}`);
          return watched(member, `${path}/${key}`, seen);
        },
      });

const pathsIn = (value: unknown, path = ''): string[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([key, member]) => [
        `${path}/${key}`,
        ...pathsIn(member, `${path}/${key}`),
      ]);

/**
 * What the schemas of Kubernetes say against a manifest. They allow members that they do not know; one that is never looked at
 * while the manifest is checked is unknown.
 */
export const schemaFaults = (manifest: Manifest): string[] => {
  const { apiVersion, kind } = manifest;
  const model = models.find((each) => each.apiVersion === apiVersion && each.kind === kind);
  if (!model) return [`no schema of ${apiVersion} ${kind}`];
  const seen = new Set<string>();
  const instance = new model(manifest as never);
  try {
    instance.validate.call(watched(instance, '', seen));
  } catch (error) {
    return [String(error)];
  }
  return pathsIn(manifest)
    .filter((path) => !seen.has(path))
    .map((path) => `${path} is unknown`);
};
