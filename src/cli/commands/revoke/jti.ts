import { defineRevokeCommand } from '../../revoke.ts';

export const command = defineRevokeCommand('jti', 'Stop sending a service token', '<jti>');
