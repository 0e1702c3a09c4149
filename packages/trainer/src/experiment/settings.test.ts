import { expect, it } from 'vitest';
import { checkNumbers, parseAssignments, resolveSettings, trainingDefaults } from './settings.js';

const definition = {
  settings: { width: 4, name: 'a', deep: false, learningRate: 0.5 },
  checkSettings({ width }: { width: number }) {
    checkNumbers({ width }, { positive: ['width'], integer: ['width'] });
  },
};

it('settings are the defaults of the trainer, those of the experiment, then the changes', () => {
  expect(resolveSettings(definition, { deep: true, seed: 7 })).toEqual({
    ...trainingDefaults,
    width: 4,
    name: 'a',
    deep: true,
    learningRate: 0.5,
    seed: 7,
  });
});

it.each([
  [{ width: '4' }, 'width must be a number, got "4"'],
  [{ deep: 1 }, 'deep must be a boolean, got 1'],
  [{ name: 3 }, 'name must be a string, got 3'],
  [{ width: Number.POSITIVE_INFINITY }, 'width must be finite, got Infinity'],
  [{ width: 1.5 }, 'width must be an integer, got 1.5'],
  [{ width: 0 }, 'width must be positive, got 0'],
  [{ toString: 1 }, "unknown setting 'toString'; known are accumulate, averageDecay"],
  [{ accumulate: 0 }, 'accumulate must be positive, got 0'],
  [{ decay: 2 }, 'decay must be 0 to 1, got 2'],
  [{ schedule: 'steps' }, "schedule must be constant, cosine, step; got 'steps'"],
])('the change %j is refused', (changes, message) => {
  expect(() => resolveSettings(definition, changes)).toThrow(message);
});

it('assignments are texts in the types of the defaults', () => {
  const texts = ['width=8', 'name=b=c', 'deep=true', 'learningRate=1e-4'];
  expect(parseAssignments(definition, texts)).toEqual({ width: 8, name: 'b=c', deep: true, learningRate: 1e-4 });
});

it.each([
  ['width', '--set width: expected key=value'],
  ['width=', '--set width=: expected a number'],
  ['width=four', '--set width=four: expected a number'],
  ['deep=yes', '--set deep=yes: expected true or false'],
  ['colour=1', "--set colour=1: unknown key 'colour'; known are"],
])('the assignment %s is refused', (text, message) => {
  expect(() => parseAssignments(definition, [text])).toThrow(message);
});
