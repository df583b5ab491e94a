/** Runs before anything is drawn, so that a page that was chosen dark does not begin white. */
import { apply, chosen } from "./state/chosen";

apply(chosen());
