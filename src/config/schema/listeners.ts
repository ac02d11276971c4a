import { z } from 'zod';
import { port } from '../values.ts';

const listener = (defaultPort: number, defaultHost: string) =>
  z.strictObject({ host: z.string().default(defaultHost), port: port.default(defaultPort) });

export const publicSchema = listener(8080, '0.0.0.0').prefault({});

export const adminSchema = listener(8081, '127.0.0.1')
  .extend({
    allowedHosts: z
      .array(z.string().min(1).toLowerCase())
      .default(['localhost', '127.0.0.1', '::1'])
      .describe(
        'Names, without port, under which the admin listener is reached, besides `admin.host` and the address of the connection',
      ),
    token: z
      .string()
      .regex(/^[A-Za-z0-9._~+/-]{16,}=*$/, 'must be at least 16 letters, digits or any of . _ ~ + / -')
      .optional()
      .describe('Bearer token that every request but `/livez` and `/readyz` must have'),
  })
  .prefault({});
