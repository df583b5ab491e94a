/** slack-blocks-to-jsx, in a file of its own: the page is there before it. */
export { Message as default } from "slack-blocks-to-jsx";
