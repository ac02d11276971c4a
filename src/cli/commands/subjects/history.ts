import { eventOf, type SubjectEvent, strategyText } from '#src/families/subject-pins';
import { defineCommand } from '../../command.ts';
import { configOption } from '../../options.ts';
import { openSubjectState } from '../../subjects/open.ts';
import { print } from '../../terminal.ts';

export const command = defineCommand({
  summary: 'Show what was decided about subjects, by whom and when',
  options: { config: configOption },
  async run(values) {
    await using state = await openSubjectState(values);
    for (const entry of await state.stores.subjects.read()) {
      print(`${new Date(entry.at).toISOString()}  ${entry.by}  ${eventText(eventOf(entry))}`);
    }
  },
});

const eventText = (event: SubjectEvent): string => {
  if (event.event === 'family') return `${event.family}: ${event.issuer}, ${strategyText(event.subject)}`;
  if (event.event === 'introduced') return 'the journal begins; accounts may be older';
  const what = event.event === 'made' ? 'made' : 'in use';
  return `secret version ${event.version} ${what}: ${event.fingerprint.slice(0, 12)}`;
};
