import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";

/**
 * Type over a selection without the browser's help.
 *
 * It would give the new text the colour of the old one by an inline style, which the page's policy refuses.
 */
export function typingOver(): Extension {
  return EditorView.domEventHandlers({
    beforeinput(event, view) {
      const { from, to, empty } = view.state.selection.main;
      const text = event.data;
      if (event.inputType !== "insertText" || empty || !text || view.composing) return false;
      const typed = () => {
        const change = view.state.replaceSelection(text);
        return view.state.update(change, { userEvent: "input.type", scrollIntoView: true });
      };
      const handlers = view.state.facet(EditorView.inputHandler);
      if (!handlers.some((handle) => handle(view, from, to, text, typed))) view.dispatch(typed());
      event.preventDefault();
      return true;
    },
  });
}
