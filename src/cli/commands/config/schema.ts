import { publishedSchema } from '#src/config/published/published-schema';
import { defineCommand } from '../../command.ts';
import { print } from '../../terminal.ts';
import { version } from '../../version.ts';

export const command = defineCommand({
  summary: 'Print the JSON Schema of the settings (draft 2020-12), for editors',
  options: {},
  async run() {
    print(publishedSchema(version()).trimEnd());
  },
});
