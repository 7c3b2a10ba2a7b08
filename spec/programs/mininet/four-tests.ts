/** What figura1.py prints; docs/mensagens.md shows it. */
export const FOUR_TESTS = `h2 emissor 1     > Ob-la-di
h2 emissor 1     OK
h2 emissor 1     > @1002 Ob-la-da
h2 emissor 1     OK
h3 emissor 2     > @1001 Life goes on, brah!!!
h3 emissor 2     OK
h2 emissor 1     > /quem 1001
h2 emissor 1     OK
h4 exibidor 1001 Mensagem de 1: Ob-la-di
h4 exibidor 1001 Mensagem de 2: Life goes on, brah!!!
h4 exibidor 1001 Clientes ativos: emissores 1 2; exibidores 1001 1002
h5 exibidor 1002 Mensagem de 1: Ob-la-di
h5 exibidor 1002 Mensagem de 1: Ob-la-da
`;
