import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { readRendered, type SetName } from '../../tools/chart.ts';

const manifestSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string() }),
});

export type Manifest = z.infer<typeof manifestSchema>;

export const manifestsIn = (text: string): Manifest[] =>
  parseAllDocuments(text).map((document) => manifestSchema.parse(document.toJS()));

const labels = z.record(z.string(), z.string());

const probe = z.object({ httpGet: z.object({ path: z.string(), port: z.string() }) });

/** Of a container what the tests compare. */
const container = z.looseObject({
  image: z.string(),
  args: z.array(z.string()),
  env: z.array(z.object({ name: z.string(), value: z.string() })),
  ports: z.array(z.object({ name: z.string(), containerPort: z.number() })),
  startupProbe: probe,
  livenessProbe: probe,
  readinessProbe: probe,
  volumeMounts: z.array(z.looseObject({ name: z.string(), mountPath: z.string() })),
});

const nodesSchema = z.looseObject({
  spec: z.looseObject({
    replicas: z.number().optional(),
    volumeClaimTemplates: z.array(z.looseObject({ metadata: z.object({ name: z.string() }) })).default([]),
    template: z.object({
      metadata: z.object({ labels }),
      spec: z.looseObject({
        terminationGracePeriodSeconds: z.number(),
        containers: z.tuple([container]),
        volumes: z.array(z.looseObject({ name: z.string() })),
      }),
    }),
  }),
});

const settingsSchema = z.looseObject({ data: z.looseObject({ 'kinpass.yaml': z.string() }) });

/** A rendered set: everything in it, and what of it runs the gateway. */
export const readSet = (name: SetName) => {
  const manifests = manifestsIn(readRendered(name));
  const ofKind = (kind: string) => manifests.filter((manifest) => manifest.kind === kind);
  const [nodes] = [...ofKind('Deployment'), ...ofKind('StatefulSet')];
  const { spec } = nodesSchema.parse(nodes);
  const { 'kinpass.yaml': settings, ...files } = settingsSchema.parse(ofKind('ConfigMap')[0]).data;
  return {
    manifests,
    ofKind,
    nodes: spec,
    pod: spec.template.spec,
    podLabels: spec.template.metadata.labels,
    container: spec.template.spec.containers[0],
    settings,
    files: z.record(z.string(), z.string()).parse(files),
  };
};
