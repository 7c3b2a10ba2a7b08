#!/usr/bin/env node
import { Command } from 'commander';
import { addStubsCommand } from './fio/stubs';

const program = new Command('fio').description('The tool of the Fio protocol.');
addStubsCommand(program);
void program.parseAsync();
