import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { adminPaths } from '../../src/http/paths.ts';
import { sets } from '../../tools/chart.ts';
import { filledIn, readDeployed } from '../support/deployed-settings.ts';
import { lastOf } from '../support/dockerfile.ts';
import { type Manifest, readSet } from '../support/manifests.ts';
import { faultsIn } from '../support/review.ts';

const mountOf = (name: string, { container }: ReturnType<typeof readSet>) =>
  container.volumeMounts.find((mount) => mount.name === name)?.mountPath;

describe.each(sets)('%s', (name) => {
  const set = readSet(name);
  const { pod, container } = set;
  const variables = Object.fromEntries(container.env.map((entry) => [entry.name, entry.value]));
  const deployed = (text = filledIn(set.settings)) => readDeployed(text, variables, set.files);

  test('a gateway takes its settings and variables, once what is an example is filled in', async () => {
    const { config, faults, warnings } = await deployed();
    expect([faults, warnings]).toEqual([[], []]);
    expect(config?.production).toBe(true);
    expect((await deployed(set.settings)).faults.length).toBeGreaterThan(0);
  });

  test('settings and secrets are where the image and the variables look for them', () => {
    expect(lastOf('ENV')).toContain(`KINPASS_CONFIG=${mountOf('settings', set)}/kinpass.yaml`);
    for (const path of Object.values(variables)) expect(path).toContain(`${mountOf('secrets', set)}/`);
    expect(mountOf('state', set)).toBe(lastOf('WORKDIR'));
    expect(container.args).toEqual(['serve']);
  });

  test('probes ask what the admin listener serves, where it listens', async () => {
    const { config } = await deployed();
    expect(container.ports).toEqual([
      { name: 'public', containerPort: config?.public.port },
      { name: 'admin', containerPort: config?.admin.port },
    ]);
    const { startupProbe, livenessProbe, readinessProbe } = container;
    expect([startupProbe, livenessProbe, readinessProbe].map(({ httpGet }) => httpGet)).toEqual(
      [adminPaths.started, adminPaths.live, adminPaths.ready].map(({ path }) => ({ path, port: 'admin' })),
    );
    // From another address than loopback.
    expect(config?.admin.host).toBe('0.0.0.0');
  });

  test('a pod has longer to end than the gateway takes', async () => {
    const { shutdown } = (await deployed()).config ?? {};
    expect(pod.terminationGracePeriodSeconds * 1_000).toBeGreaterThanOrEqual(
      (shutdown?.delay ?? Number.NaN) + (shutdown?.grace ?? Number.NaN) + 5_000,
    );
  });

  test('no variable is made of services: the gateway would take it for a setting', async () => {
    expect(pod['enableServiceLinks']).toBe(false);
    expect(await faultsIn(set.settings, { KINPASS_PORT: 'tcp://10.0.0.1:80' })).toContain(
      'KINPASS_PORT  is not a setting',
    );
  });

  test('it runs as the user of the image, without privileges, and writes to its state alone', () => {
    const [user, group] = (lastOf('USER') ?? '').split(':').map(Number);
    expect(pod['securityContext']).toMatchObject({
      runAsNonRoot: true,
      runAsUser: user,
      runAsGroup: group,
      fsGroup: group,
      fsGroupChangePolicy: 'OnRootMismatch',
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(container['securityContext']).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    const writable = container.volumeMounts.filter((mount) => mount['readOnly'] !== true);
    expect(writable.map((mount) => mount.name)).toEqual(['state']);
    expect(pod['automountServiceAccountToken']).toBe(false);
  });

  test('everything that selects pods selects these', () => {
    const selecting = set.manifests.flatMap((manifest) => selectorsOf(manifest));
    expect(selecting.length).toBeGreaterThanOrEqual(4);
    for (const selector of selecting) expect(set.podLabels).toMatchObject(selector);
  });

  test('the public service has the public port alone', () => {
    const { spec } = service.parse(set.ofKind('Service').find(({ metadata }) => metadata.name === 'kinpass'));
    expect(spec.ports.map(({ targetPort }) => targetPort)).toEqual(['public']);
  });
});

const labels = z.record(z.string(), z.string());

const service = z.looseObject({
  spec: z.looseObject({ ports: z.array(z.looseObject({ targetPort: z.string() })) }),
});

/** Of a service, of whatever has `matchLabels`, and of a network policy. */
const selectorsOf = ({ kind, spec }: Manifest) => {
  const { selector, podSelector } = z
    .looseObject({ selector: z.unknown().optional(), podSelector: z.unknown().optional() })
    .parse(spec ?? {});
  const found = selector ?? podSelector;
  if (found === undefined || kind === 'ServiceMonitor') return [];
  const { matchLabels } = z.looseObject({ matchLabels: labels.optional() }).parse(found);
  return [matchLabels ?? labels.parse(found)];
};

test('one node with SQLite keeps its database and its keys on a volume of its own', async () => {
  const set = readSet('single');
  expect(set.nodes).toMatchObject({ replicas: 1, volumeClaimTemplates: [{ metadata: { name: 'state' } }] });
  const { config } = await readDeployed(filledIn(set.settings), {
    ...Object.fromEntries(set.container.env.map((entry) => [entry.name, entry.value])),
  });
  const state = mountOf('state', set) ?? '';
  expect(config?.store).toMatchObject({ kind: 'sqlite', file: expect.stringContaining(`${state}/`) });
  expect(config?.keys.directory).toContain(`${state}/`);
});

test('nodes with PostgreSQL are replaced one by one, and evicted one by one', () => {
  for (const name of ['cluster', 'kms'] as const) {
    const { nodes, ofKind } = readSet(name);
    expect(nodes['strategy']).toMatchObject({ rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } });
    expect(ofKind('PodDisruptionBudget')).toMatchObject([{ spec: { maxUnavailable: 1 } }]);
  }
});

test('who scales the nodes alone says how many there are', () => {
  const { nodes, ofKind } = readSet('cluster');
  expect(nodes.replicas).toBeUndefined();
  expect(ofKind('HorizontalPodAutoscaler')).toMatchObject([
    { spec: { scaleTargetRef: { kind: 'Deployment', name: ofKind('Deployment')[0]?.metadata.name } } },
  ]);
});

test('Prometheus scrapes the metrics of every pod, with a token that may read them', async () => {
  const set = readSet('cluster');
  const [monitor] = set.ofKind('ServiceMonitor');
  const key = 'prometheus-token';
  expect(monitor).toMatchObject({
    spec: {
      endpoints: [
        {
          port: 'admin',
          path: adminPaths.metrics.path,
          authorization: { credentials: { name: 'kinpass', key } },
        },
      ],
    },
  });
  expect(set.container.env).toContainEqual({
    name: 'KINPASS_ADMIN_TOKENS_PROMETHEUS_TOKEN_FILE',
    value: `/run/secrets/kinpass/${key}`,
  });
  expect(set.settings).toMatch(/- id: prometheus\n +roles:\n +- read/);
  expect(adminPaths.metrics.role).toBe('read');
  const { matchLabels } = z
    .looseObject({ spec: z.looseObject({ selector: z.object({ matchLabels: labels }) }) })
    .parse(monitor).spec.selector;
  const services = set
    .ofKind('Service')
    .filter(({ metadata }) =>
      Object.entries(matchLabels).every(
        ([label, value]) => labels.parse(metadata['labels'])[label] === value,
      ),
    );
  expect(services.map(({ metadata }) => metadata.name)).toEqual(['kinpass-admin']);
});
