/** A layer over everything, next to its anchor, closed by Escape or a press elsewhere. */
import { useEffect, useLayoutEffect, useRef, type ReactNode, type RefObject } from "react";

interface Props {
  anchor: RefObject<HTMLElement | null>;
  onClose: () => void;
  children: ReactNode;
  /** As wide as the anchor. */
  fit?: boolean;
  side?: "below" | "above";
  align?: "start" | "end";
  className?: string;
}

export function Popover({
  anchor,
  onClose,
  children,
  fit = false,
  side = "below",
  align = "start",
  className = "",
}: Props) {
  const box = useRef<HTMLDivElement>(null);

  useLayoutEffect(() => {
    const layer = box.current;
    if (!layer) return;
    layer.showPopover();
    const place = () => put(layer, anchor.current, side, align, fit);
    place();
    const observer = new ResizeObserver(place);
    observer.observe(layer);
    window.addEventListener("scroll", place, true);
    window.addEventListener("resize", place);
    return () => {
      observer.disconnect();
      window.removeEventListener("scroll", place, true);
      window.removeEventListener("resize", place);
    };
  }, [anchor, side, align, fit]);

  useEffect(() => {
    const pressed = (event: PointerEvent) => {
      const target = event.target as Node;
      if (!box.current?.contains(target) && !anchor.current?.contains(target)) onClose();
    };
    document.addEventListener("pointerdown", pressed, true);
    return () => document.removeEventListener("pointerdown", pressed, true);
  }, [anchor, onClose]);

  return (
    <div ref={box} popover="manual" className={`popover ${className} ${fit ? "fits" : ""}`}>
      {children}
    </div>
  );
}

const GAP = 4;
const EDGE = 8;

function put(
  layer: HTMLElement,
  anchor: HTMLElement | null,
  side: "below" | "above",
  align: "start" | "end",
  fit: boolean,
) {
  if (!anchor) return;
  const at = anchor.getBoundingClientRect();
  if (fit) layer.style.width = `${at.width}px`;
  const { offsetWidth: width, offsetHeight: height } = layer;
  const below = window.innerHeight - at.bottom - GAP - EDGE;
  const above = at.top - GAP - EDGE;
  const under = side === "below" ? below >= height || below >= above : above < height && below > above;
  layer.style.maxHeight = `${Math.max(under ? below : above, 120)}px`;
  const top = under ? at.bottom + GAP : Math.max(at.top - GAP - Math.min(height, above), EDGE);
  const left = align === "start" ? at.left : at.right - width;
  layer.style.top = `${top}px`;
  layer.style.left = `${Math.min(Math.max(left, EDGE), Math.max(window.innerWidth - width - EDGE, EDGE))}px`;
}
