import { expect, test } from 'vitest';
import { sets } from '../../tools/chart.ts';
import { schemaFaults } from '../support/kubernetes-schemas.ts';
import { readSet } from '../support/manifests.ts';

test.each(sets)(
  'the manifests of %s are what Kubernetes takes, without a field that it does not know',
  (name) => {
    const { manifests } = readSet(name);
    expect(manifests.flatMap(schemaFaults)).toEqual([]);
  },
);

test('a field that is misspelled, missing or of the wrong type is found', () => {
  const [service] = readSet('single').ofKind('Service');
  const spec = { type: 'ClusterIP', ports: [{ port: 80, targetPort: 'public' }] };
  const faultsOf = (changed: object) =>
    schemaFaults({
      ...service,
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'kinpass' },
      spec: changed,
    });
  expect(faultsOf(spec)).toEqual([]);
  expect(faultsOf({ ...spec, selectors: {} })).toEqual(['/spec/selectors is unknown']);
  expect(faultsOf({ ...spec, ports: [{ targetPort: 'public' }] })).toEqual([
    expect.stringContaining('property port'),
  ]);
  expect(faultsOf({ ...spec, ports: [{ port: '80' }] })).toEqual([
    expect.stringContaining('/spec/ports/0/port'),
  ]);
  expect(schemaFaults({ apiVersion: 'v1', kind: 'Unheard', metadata: { name: 'kinpass' } })).toEqual([
    'no schema of v1 Unheard',
  ]);
});
