/** A figure with its name: `["Read", "1.2 GB"]`. */
export type Figure = readonly [name: string, text: string];

/** Figures side by side, each under its name. */
export function FigureList({ figures }: { figures: readonly Figure[] }) {
  return (
    <dl class="figures">
      {figures.map(([name, text]) => (
        <div key={name} class="figure">
          <dt>{name}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
}
