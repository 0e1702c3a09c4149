import { useEffect, useRef } from 'preact/hooks';
import { shortcuts } from '../shortcuts.js';

/** What the keyboard, the mouse and fingers do. */
export function HelpDialog({ open, onClose }: { open: boolean; onClose(): void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open) dialog.current!.showModal();
    else dialog.current!.close();
  }, [open]);
  return (
    <dialog ref={dialog} class="help" aria-labelledby="help-title" onClose={onClose}>
      <div class="help-head">
        <h2 id="help-title">Keyboard</h2>
        <button type="button" class="button icon" aria-label="Close" onClick={onClose}>
          ×
        </button>
      </div>
      <div class="help-groups">
        {shortcuts.map(({ group, keys }) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl>
              {keys.map(([names, action]) => (
                <div key={action}>
                  <dt>
                    {names.map((name) => (
                      <kbd key={name}>{name}</kbd>
                    ))}
                  </dt>
                  <dd>{action}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <p class="hint">
        Wheel or pinch zooms at the pointer, drag moves, a double click zooms in. All pictures show the same place.
      </p>
    </dialog>
  );
}
