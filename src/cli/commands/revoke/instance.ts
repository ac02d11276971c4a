import { defineRevokeCommand } from '../../revoke.ts';

export const command = defineRevokeCommand('instance', 'Revoke an instance and end its sessions', '<id>');
