/** The pages, each loaded when it is first needed. */

import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Empty } from "./ui/empty";
import { Loading } from "./ui/loading";

interface PageModule {
  default: ComponentType;
}

const modules = import.meta.glob<PageModule>("./pages/*/index.tsx");

/** Show the page of a folder under `pages/`. */
export function Page({ name }: { name: string }) {
  const [loaded, setLoaded] = useState<{ name: string; page: ComponentType } | null>(null);
  const [hasFailed, setFailed] = useState(false);

  useEffect(() => {
    let isOver = false;
    setFailed(false);
    const load = modules[`./pages/${name}/index.tsx`];
    if (!load) {
      setFailed(true);
      return;
    }
    load().then(
      (module) => {
        if (!isOver) setLoaded({ name, page: module.default });
      },
      () => {
        if (!isOver) setFailed(true);
      },
    );
    return () => {
      isOver = true;
    };
  }, [name]);

  if (hasFailed) {
    return (
      <Empty title="This page could not be loaded.">
        <p>The service may have been updated meanwhile, or not answer.</p>
        <button type="button" onClick={() => location.reload()}>
          Load the console again
        </button>
      </Empty>
    );
  }
  if (loaded?.name !== name) return <Loading />;
  const Shown = loaded.page;
  return <Shown />;
}
