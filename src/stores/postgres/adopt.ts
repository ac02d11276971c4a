import { insertChange } from './changes.ts';
import { going } from './gate.ts';
import { count } from './statement.ts';

/**
 * `CredentialStore.adopt`: returns 1 for the first viewer, else 0. Part of a transaction that holds the lock of the instance's
 * credentials. A viewer who already has a pair on the instance keeps it, and an imported one that waits for them elsewhere goes first.
 */
export const adopt = count(
  `WITH first AS (
      UPDATE instances SET first_viewer = :viewer WHERE id = :instance AND first_viewer IS NULL AND ${going}
      RETURNING id
    ), taken AS (
      UPDATE credentials SET holder = :viewer
      WHERE instance = (SELECT id FROM first) AND holder = ''
        AND NOT EXISTS (SELECT FROM credentials WHERE instance = :instance AND holder = :viewer)
        AND NOT EXISTS (SELECT FROM instances AS here
          JOIN instances AS there ON there.device = here.device AND there.app = here.app AND there.id <> here.id
          JOIN credentials AS waiting ON waiting.instance = there.id AND waiting.holder = :viewer
          WHERE here.id = :instance AND waiting.imported)
      RETURNING id
    ), told AS (${insertChange('credentials', 'id, :now::bigint FROM taken')})
    SELECT id FROM first`,
);
