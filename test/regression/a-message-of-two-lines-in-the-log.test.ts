import { expect, test } from 'vitest';
import { errorFields } from '#src/observability/logger';

const parse = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch (error) {
    return error;
  }
};

// Messages are not logged, since they quote what a peer sent; but those of several lines stood in the stack as well.
test.each(['{\n"S3cret', 'S3cret\nS3cret', '"\nS3cret'])(
  'nothing of the body %j gets into the log',
  (body) => {
    const error = parse(body);
    expect(error).toBeInstanceOf(SyntaxError);
    const logged = errorFields(error);
    expect(JSON.stringify(logged)).not.toContain('S3cret');
    expect(logged).toMatchObject({ stack: expect.stringMatching(/^ {4}at /) });
  },
);
