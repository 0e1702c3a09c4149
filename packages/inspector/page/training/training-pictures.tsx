import type { TrainingPictures as Pictures, ShownRun } from '../../src/inspection.js';
import { capital } from '../capital.js';
import { Choice } from '../controls/choice.js';
import { useLinked, useLinkedChoice } from '../link/use-linked.js';

/** What a training made of a picture at its first step, at one that is chosen, and at its last. */
export function TrainingPictures({ run: { id, trainingPictures } }: { run: ShownRun }) {
  return trainingPictures && <Stages key={id} {...trainingPictures} />;
}

function Stages({ steps, total }: Pictures) {
  const names = [...new Set(steps.flatMap(({ views }) => views.map(({ name }) => name)))];
  const [name, setName] = useLinkedChoice('picture', names, names.at(-1));
  const middle = Math.floor((steps.length - 1) / 2);
  const [stepText, setStep] = useLinked('step', `${steps[middle].step}`, 'replace');
  const chosen = steps.findIndex(({ step }) => `${step}` === stepText);
  const index = chosen < 0 ? middle : chosen;
  const stages = [
    { role: 'First', place: 0 },
    { role: 'Chosen', place: index },
    { role: 'Last', place: steps.length - 1 },
  ];
  return (
    <section class="card">
      <div class="card-head">
        <h2>Pictures over training</h2>
        <Choice
          label="Training picture"
          value={name}
          options={names.map((value) => ({ value, text: capital(value) }))}
          onChange={setName}
        />
      </div>
      <label class="range training-step">
        Step
        <input
          type="range"
          aria-label="Step of training"
          aria-valuetext={`step ${steps[index].step}`}
          min={0}
          max={steps.length - 1}
          value={index}
          onInput={(event) => setStep(`${steps[event.currentTarget.valueAsNumber].step}`)}
        />
        <output>{steps[index].step}</output>
      </label>
      <div class="stages">
        {stages.map(({ role, place }) => {
          const { step, views } = steps[place];
          const view = views.find((each) => each.name === name);
          return (
            <figure key={role}>
              {view ? (
                <img src={view.picture.source} alt={`${name} at step ${step}`} />
              ) : (
                <p class="empty">
                  There is no {name} of step {step}.
                </p>
              )}
              <figcaption>
                {role}: step {step}
              </figcaption>
            </figure>
          );
        })}
      </div>
      <p class="hint">
        The first picture of the batch of each step.{' '}
        {steps.length < total && `${steps.length} of the ${total} steps with pictures, evenly spread.`}
      </p>
    </section>
  );
}
