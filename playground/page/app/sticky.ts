import { type RefObject, useLayoutEffect, useRef } from "react";

/** So near to its end one still counts as reading the end. Pixels. */
const nearEnough = 40;

export interface Sticky {
  readonly ref: RefObject<HTMLElement | null>;
  readonly onScroll: () => void;
  /** Stay here, whatever comes at the end. */
  readonly letGo: () => void;
}

/** A list read to its end stays at its end while it grows; read further up, it stays where it is. */
export function useStickyBottom(): Sticky {
  const ref = useRef<HTMLElement>(null);
  const atEnd = useRef(true);
  const onScroll = () => {
    const list = ref.current;
    if (list) atEnd.current = list.scrollHeight - list.scrollTop - list.clientHeight < nearEnough;
  };
  useLayoutEffect(() => {
    const list = ref.current;
    if (list && atEnd.current) list.scrollTop = list.scrollHeight;
  });
  const letGo = () => {
    atEnd.current = false;
  };
  return { ref, onScroll, letGo };
}
