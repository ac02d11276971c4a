import { type AppConfig, appSchema } from '#src/config/schema';
import type { Caller, RestRequest } from '#src/flows/caller';
import type { Device } from '#src/lib/device';
import type { Instance } from '#src/stores/ports';
import { family } from '../families/families.ts';

export const device: Device = { address: '203.0.113.10', headers: {} };

export const app = (changes: Partial<AppConfig> = {}): AppConfig => ({
  ...appSchema.parse({
    id: 'tv',
    name: 'REF30 TV',
    family: 'ref',
    serviceProviders: ['REF30'],
    softwareStatement: 'statement',
  }),
  ...changes,
});

export const instance = (changes: Partial<Instance> = {}): Instance => ({
  id: 'i1',
  app: 'tv',
  origin: 'registered',
  secretHash: null,
  device: null,
  firstViewer: null,
  createdAt: 0,
  ...changes,
});

export const caller = (changes: Partial<Caller> = {}): Caller => ({
  app: app(),
  family: family(),
  instance: instance(),
  ...changes,
});

export const restRequest = (changes: Partial<RestRequest> = {}): RestRequest => ({
  caller: caller(),
  device,
  serviceProvider: 'REF30',
  input: {},
  ...changes,
});
