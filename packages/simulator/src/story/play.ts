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
 * Plays the story once against a gateway that uses the simulator, over HTTP only. It leaves accounts and credentials
 * behind, and Chloé signed in on her phone, so that there is something to try. Errors: an Error that says what went
 * differently, or which server does not respond; the reason of `signal` if it is aborted.
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
