package miniflow

// Version is the version of this module and of everything that is released
// with it: programs, the player for the browser, the Python package.
const Version = "0.1.0"
