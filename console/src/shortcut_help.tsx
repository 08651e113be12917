import { sections } from "./shortcuts";
import { Dialog } from "./ui/dialog";

/** The overview of keys that work here. */
export function ShortcutHelp({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keys" onClose={onClose}>
      {sections.value.toReversed().map((section) => (
        <section key={section.title}>
          <h3>{section.title}</h3>
          <dl class="keys">
            {section.shortcuts.map((each) => (
              <div key={each.keys}>
                <dt>
                  {each.keys.split(" ").map((key) => (
                    <kbd key={key}>{key}</kbd>
                  ))}
                </dt>
                <dd>{each.does}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      <div class="dialog-actions">
        <button type="button" onClick={onClose} data-focus>
          Close
        </button>
      </div>
    </Dialog>
  );
}
