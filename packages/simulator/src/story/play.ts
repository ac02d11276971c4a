import { decisions } from './chapters/decisions.ts';
import { facebook } from './chapters/facebook.ts';
import { proof } from './chapters/proof.ts';
import { secondDevice } from './chapters/second-device.ts';
import { sharedTv } from './chapters/shared-tv.ts';
import { signInTv } from './chapters/sign-in-tv.ts';
import { tvProvider } from './chapters/tv-provider.ts';
import { type Stage, type StageOptions, setStage } from './stage.ts';

const chapters = [signInTv, tvProvider, secondDevice, decisions, facebook, sharedTv, proof];

/**
 * Plays the story once, over HTTP alone, against any gateway in the simulated world. What it leaves: accounts,
 * credentials, and Chloé signed in on her phone, so that there is something to try. Errors: one that says what was
 * not as the story tells.
 */
export const playStory = async (options: StageOptions, signal?: AbortSignal): Promise<Stage> => {
  const stage = await setStage(options);
  for (const chapter of chapters) {
    signal?.throwIfAborted();
    await chapter(stage);
  }
  await stage.devices.tv.signOut();
  await stage.devices.phone.signOut();
  await stage.devices.laptop.signOut();
  return stage;
};
