export { whatToOpen, whatToTry } from '#src/story/farewell';
export { createNarrator, type Narrator } from '#src/story/narrator';
export { playStory } from '#src/story/play';
export type { Stage } from '#src/story/stage';
