import type { KeyLife } from '../ledger/key-life.ts';
import type { Rotation } from '../ledger/rotation.ts';

export interface Advice {
  /** The next step for the key; empty if there is none. */
  readonly next: string;
  /** When it is due, epoch milliseconds. */
  readonly by?: number;
}

/** The operator's next step for a key, and when it is due. `warnAfter`: the age at which a key should be replaced. Pure. */
export const adviceFor = (key: KeyLife, rotation: Rotation, warnAfter: number): Advice => {
  const { active, keys } = rotation;
  const plan = rotation.planned.find(({ kid }) => kid === key.kid);
  if (plan) return { next: `none: will be ${plan.event} automatically`, by: plan.planned };
  const signer = active === undefined ? undefined : keys.get(active);
  const due = signer ? { by: signer.createdAt + warnAfter } : {};
  switch (key.state) {
    case 'draft':
      return { next: 'export it and send it to Adobe', ...due };
    case 'exported':
      return { next: 'acknowledge it once Adobe has confirmed it', ...due };
    case 'acknowledged':
      return { next: 'activate it', ...due };
    case 'active':
      return adviceForActive(key, rotation, warnAfter);
    case 'retiring':
      return {
        next: 'retire it, not before then',
        ...(key.retireFrom !== undefined && { by: key.retireFrom }),
      };
    case 'retired':
      return { next: 'ask Adobe to delete it, then destroy it' };
    case 'destroyed':
      return { next: '' };
  }
};

const adviceForActive = (key: KeyLife, { keys }: Rotation, warnAfter: number): Advice => {
  if (!key.acknowledged)
    return { next: 'export it, send it to Adobe and acknowledge it: Adobe may not know it yet' };
  const hasSuccessor = [...keys.values()].some(({ state }) => /^(draft|exported|acknowledged)$/.test(state));
  return {
    next: hasSuccessor ? 'continue with its successor' : 'generate its successor',
    by: key.createdAt + warnAfter,
  };
};
