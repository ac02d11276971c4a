import type { KeyLife } from './key-life.ts';
import type { Rotation } from './rotation.ts';

export interface Advice {
  /** What to do next with the key; empty when there is nothing to do. */
  readonly next: string;
  /** When it is due, epoch milliseconds. */
  readonly by?: number;
}

/** What an operator does next with a key, and by when. `warnAfter`: the age at which a successor is due. Pure. */
export const adviceFor = (key: KeyLife, rotation: Rotation, warnAfter: number): Advice => {
  const { active, keys } = rotation;
  const plan = rotation.planned.find(({ kid }) => kid === key.kid);
  if (plan) return { next: `nothing: it will be ${plan.event} by itself`, by: plan.planned };
  const signer = active === undefined ? undefined : keys.get(active);
  const succession = signer && signer.madeAt + warnAfter;
  const due = succession === undefined ? {} : { by: succession };
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
      return { next: 'retire it, from then on', ...(key.retireFrom !== undefined && { by: key.retireFrom }) };
    case 'retired':
      return { next: 'ask Adobe to delete it, then destroy it' };
    case 'destroyed':
      return { next: '' };
  }
};

const adviceForActive = (key: KeyLife, { keys }: Rotation, warnAfter: number): Advice => {
  if (!key.acknowledged)
    return { next: 'export it, send it to Adobe and acknowledge it: Adobe may not know it' };
  const hasSuccessor = [...keys.values()].some(({ state }) => /^(draft|exported|acknowledged)$/.test(state));
  return {
    next: hasSuccessor ? 'go on with its successor' : 'generate its successor',
    by: key.madeAt + warnAfter,
  };
};
