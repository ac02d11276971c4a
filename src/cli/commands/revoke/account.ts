import { defineRevokeCommand } from '../../revoke.ts';

export const command = defineRevokeCommand('account', 'Revoke an account and end its sessions', '<id>');
