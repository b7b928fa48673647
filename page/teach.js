export function start() {}
export function show() {}
