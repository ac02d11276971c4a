import { Counter, type Registry } from 'prom-client';

/** Counted with each call of such a device, so without an object of labels until they are asked for. */
export const countDeviceProblems = (registry: Registry) => {
  const counts = new Map<string, Map<string, number>>();
  new Counter({
    name: 'kinpass_device_problems_total',
    help: 'Calls whose device Adobe cannot know as it should, by app and problem',
    labelNames: ['app', 'problem'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [app, ofApp] of counts)
        for (const [problem, count] of ofApp) this.inc({ app, problem }, count);
    },
  });
  return (app: string, problem: string): void => {
    const ofApp = counts.get(app) ?? new Map<string, number>();
    counts.set(app, ofApp.set(problem, (ofApp.get(problem) ?? 0) + 1));
  };
};
