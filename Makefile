# placeholder: the targets come with tests/ and examples/
