import type { Fixtures } from '#src/fixtures';
import { fixturesOf } from '#src/world-file/complete';
import { defaultWorld } from '#src/world-file/default-world';

/** The world used when none is given. */
export const defaultFixtures: Fixtures = fixturesOf(defaultWorld);
