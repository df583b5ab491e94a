/** Grey bars in the place of messages that are on their way. */
export function Skeleton() {
  return (
    <div className="list-frame" role="status" aria-label="Loading messages">
      <div className="skeleton" aria-hidden="true">
        {[82, 64, 74, 48].map((width, number) => (
          <div key={number} className="skeleton-row">
            <span className="skeleton-face" />
            <span>
              <span className="skeleton-bar short" />
              <span className={`skeleton-bar w${width}`} />
            </span>
          </div>
        ))}
      </div>
    </div>
  );
}
